import { CONTAINER_PLACE, type Platform } from '../platform.ts'

export const compose: Platform = {
  summary: 'as a service of Docker Compose',
  isContainer: true,
  place: () => CONTAINER_PLACE,
  write: ({ name, image }) => [
    {
      name: 'compose.yaml',
      content: `services:
  ${name}:
    image: ${image}
    command: [data-plane, --config, ${CONTAINER_PLACE.files}/config.yaml]
    # The files belong to whoever made them, and so must the process.
    user: "\${ANTIPODE_USER:?say who owns the files: ANTIPODE_USER=\\"$$(id -u):$$(id -g)\\"}"
    restart: unless-stopped
    read_only: true
    cap_drop: [ALL]
    security_opt: [no-new-privileges:true]
    ports: ["9080:9080"]
    volumes:
      - .:${CONTAINER_PLACE.files}:ro
      - ./state:${CONTAINER_PLACE.state}
`,
    },
  ],
  commands: ({ folder }) => [
    `ANTIPODE_USER="$(id -u):$(id -g)" docker compose --project-directory ${folder} up --detach`,
  ],
}
