import fc from 'fast-check'

/** Files of the ADC format that a control plane takes: every kind, with and without what is optional. */
export function adcFiles(): fc.Arbitrary<object> {
  return fc.record(
    {
      services: fc.uniqueArray(
        fc.oneof({ weight: 3, arbitrary: httpService }, { weight: 1, arbitrary: streamService }),
        {
          selector: ({ name }) => name,
          maxLength: 5,
        },
      ),
      consumers: fc.uniqueArray(consumer, { selector: ({ username }) => username, maxLength: 4 }),
      global_rules: fc.record(
        { 'proxy-rewrite': fc.record({ host: fc.constantFrom('a.example', 'b.example:80') }) },
        { requiredKeys: [] },
      ),
      plugin_metadata: fc.record(
        { 'key-auth': fc.dictionary(word, settings, { noNullPrototype: true }) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  )
}

/** No control plane takes the key `__proto__`. */
const settings = fc.jsonValue({ maxDepth: 2 }).filter((value) => !JSON.stringify(value).includes('__proto__'))
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/)
const name = fc.oneof(word, fc.constantFrom('a b', 'ünïcode', 'with.dots', '[1]', '"quoted"'))
const host = fc.constantFrom('a.example', '*.b.example', '10.0.0.1')
const description = fc.string({ maxLength: 20 })
const labels = fc.dictionary(word, fc.oneof(word, fc.array(word, { maxLength: 2 }), fc.constantFrom('[x', '["x"]')), {
  maxKeys: 3,
  noNullPrototype: true,
})

const node = fc.record(
  { host, port: fc.integer({ min: 1, max: 65_535 }), weight: fc.nat(100), priority: fc.integer({ min: -5, max: 5 }) },
  { requiredKeys: ['host', 'port', 'weight'] },
)

const checks = fc.record(
  {
    active: fc.record(
      {
        type: fc.constantFrom('http', 'tcp'),
        http_path: fc.constant('/health'),
        timeout: fc.constantFrom(1, 2.5),
        healthy: fc.record({ successes: fc.integer({ min: 1, max: 9 }) }, { requiredKeys: [] }),
        unhealthy: fc.record({ http_statuses: fc.constant([500, 503]) }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    ),
    passive: fc.record({ healthy: fc.constant({}), unhealthy: fc.constant({}) }, { requiredKeys: [] }),
  },
  { requiredKeys: ['active'] },
)

const upstreamOptions = {
  name: word,
  description,
  labels,
  type: fc.constantFrom('roundrobin', 'least_conn', 'ewma'),
  checks,
  retries: fc.nat(5),
  timeout: fc.record({ connect: fc.constant(0.5), send: fc.integer({ min: 1, max: 9 }), read: fc.constant(60) }),
  keepalive_pool: fc.record({ size: fc.integer({ min: 1, max: 9 }) }, { requiredKeys: [] }),
  pass_host: fc.constantFrom('pass', 'node'),
}

const upstream = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record(
      { ...upstreamOptions, scheme: fc.constantFrom('http', 'https'), nodes: fc.array(node, { maxLength: 3 }) },
      { requiredKeys: ['nodes'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      { ...upstreamOptions, service_name: word, discovery_type: fc.constant('dns') },
      { requiredKeys: ['service_name', 'discovery_type'] },
    ),
  },
)

const plugins = fc.record(
  {
    'key-auth': fc.record({ hide_credentials: fc.boolean() }, { requiredKeys: [] }),
    'fault-injection': fc.constant({ abort: { http_status: 200 } }),
  },
  { requiredKeys: [] },
)

const route = fc.record(
  {
    name,
    description,
    labels,
    uris: fc.uniqueArray(fc.constantFrom('/', '/a', '/a/*', '/b/:id'), { minLength: 1 }),
    hosts: fc.uniqueArray(host, { minLength: 1 }),
    priority: fc.integer({ min: -3, max: 3 }),
    methods: fc.uniqueArray(fc.constantFrom('GET', 'POST', 'PURGE'), { minLength: 1 }),
    enable_websocket: fc.boolean(),
    remote_addrs: fc.constantFrom(['10.0.0.0/8'], ['::1', '192.168.0.1']),
    vars: fc.constantFrom([], [['arg_a', '==', 'b']], [['http_x', 'in', ['a', 'b']]]),
    plugins,
  },
  { requiredKeys: ['name', 'uris'] },
)

const httpService = fc
  .record(
    {
      name,
      description,
      labels,
      hosts: fc.uniqueArray(host, { minLength: 1 }),
      plugins,
      upstream,
      upstreams: fc.uniqueArray(
        fc.tuple(upstream, word).map(([value, own]) => ({ ...value, name: own })),
        { selector: ({ name }) => name, maxLength: 2 },
      ),
      routes: fc.uniqueArray(route, { selector: ({ name }) => name, maxLength: 4 }),
    },
    { requiredKeys: ['name'] },
  )
  // Further upstreams need the one that is the default.
  .map(({ upstreams, ...service }) => (service.upstream && upstreams ? { ...service, upstreams } : service))

const streamRoute = fc.record(
  { name, description, labels, server_port: fc.integer({ min: 1, max: 65_535 }), remote_addr: fc.constant('10.0.0.1') },
  { requiredKeys: ['name'] },
)

const streamService = fc.record({
  name,
  upstream: fc.record({ scheme: fc.constant('tcp'), nodes: fc.array(node, { maxLength: 2 }) }),
  stream_routes: fc.uniqueArray(streamRoute, { selector: ({ name }) => name, maxLength: 3 }),
})

/** Whoever shows a key is one consumer, so that none may come twice. */
const uniqueKey = (username: string, key: string, of: string | number) => `${username}/${key}/${of}`

const consumer = fc
  .record(
    {
      username: fc.stringMatching(/^[a-z_-]{1,8}$/),
      description,
      labels,
      plugins: fc.record({ 'key-auth': fc.record({ key: word }) }, { requiredKeys: [] }),
      credentials: fc.uniqueArray(
        fc.record(
          { name, description, labels, type: fc.constant('key-auth'), config: fc.record({ key: word }) },
          { requiredKeys: ['name', 'type', 'config'] },
        ),
        { selector: ({ name }) => name, maxLength: 3 },
      ),
    },
    { requiredKeys: ['username'] },
  )
  .map(({ username, plugins, credentials, ...rest }) => ({
    username,
    ...rest,
    ...(plugins && {
      plugins: plugins['key-auth'] ? { 'key-auth': { key: uniqueKey(username, plugins['key-auth'].key, 'own') } } : {},
    }),
    ...(credentials && {
      credentials: credentials.map((credential, index) => ({
        ...credential,
        config: { key: uniqueKey(username, credential.config.key, index) },
      })),
    }),
  }))
