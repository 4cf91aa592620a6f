import { CONTAINER_PLACE, type Platform } from '../platform.ts'

export const docker: Platform = {
  summary: 'as a container of Docker',
  isContainer: true,
  place: () => CONTAINER_PLACE,
  write: () => [],
  // The files belong to whoever ran this, and so must the process.
  commands: ({ name, folder, image }) => [
    `docker run --detach --name ${name} --restart unless-stopped --user "$(id -u):$(id -g)" \\
  --read-only --cap-drop ALL --security-opt no-new-privileges \\
  --publish 9080:9080 \\
  --volume ${folder}:${CONTAINER_PLACE.files}:ro --volume ${folder}/state:${CONTAINER_PLACE.state} \\
  ${image} data-plane --config ${CONTAINER_PLACE.files}/config.yaml`,
  ],
}
