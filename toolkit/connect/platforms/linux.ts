import { join } from 'node:path'
import type { Platform } from '../platform.ts'

export const linux: Platform = {
  summary: 'as a process, or a service of systemd',
  isContainer: false,
  place: ({ folder }) => ({ files: folder, state: join(folder, 'state') }),
  write: ({ name, folder }) => [
    {
      name: `${name}.service`,
      content: `[Unit]
Description=Antipode data plane
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=/usr/bin/env antipode data-plane --config ${join(folder, 'config.yaml')}
Restart=always
RestartSec=1
NoNewPrivileges=true
ProtectSystem=strict
ReadWritePaths=${folder}

[Install]
WantedBy=multi-user.target
`,
    },
  ],
  commands: ({ name, folder }) => [
    `antipode data-plane --config ${join(folder, 'config.yaml')}`,
    `# or, as a service: sudo systemctl enable --now ${join(folder, `${name}.service`)}`,
  ],
}
