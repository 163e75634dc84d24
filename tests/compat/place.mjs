// Empty project of a consumer: its packages, its files, and the commands run in it.
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, extname, join, normalize } from 'node:path'

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.cjs': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css', '.json': 'application/json' }
const MINUTE = 60_000

/** Result line of a fixture's program. */
const RESULT = /RESULT (.*)/

export class Place {
  #servers = []
  #children = []

  /** @param {string} tarball @param {import('playwright-core').Browser | undefined} browser */
  constructor(tarball, browser) {
    this.folder = mkdtempSync(join(tmpdir(), 'nextpick-compat-'))
    this.tarball = tarball
    this.browser = browser
    this.write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  }

  write(name, text) {
    const path = join(this.folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  }

  /** Installs packages in addition to nextpick; throws `NotInstalled` if they are not available. */
  async install(packages) {
    const named = Object.entries(packages).map(([name, version]) => `${name}@${version}`)
    try {
      await this.exec('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', this.tarball, ...named], { timeout: 8 * MINUTE })
    } catch (error) {
      throw new NotInstalled(firstLine(error.message))
    }
  }

  /** Returns the version of an installed package. */
  version(name) {
    return JSON.parse(readFileSync(join(this.folder, 'node_modules', name, 'package.json'), 'utf8')).version.replace(/^v/, '')
  }

  /** Runs a command; returns its output, and throws its error output. */
  exec(command, args, { timeout = 3 * MINUTE, env = {} } = {}) {
    return new Promise((resolve, reject) => {
      const options = { cwd: this.folder, timeout, maxBuffer: 1 << 26, env: { ...process.env, ...QUIET, ...env } }
      const child = execFile(command, args, options, (error, stdout, stderr) => (error ? reject(new Error(`${stderr}\n${stdout}` || error.message)) : resolve(`${stdout}${stderr}`)))
      child.stdin?.end()
    })
  }

  bin(name, args, options) {
    return this.exec(process.execPath, [join(this.folder, 'node_modules/.bin', name), ...args], options)
  }

  /** Starts a server of the consumer and returns the address that it prints. */
  async start(name, args, { env = {} } = {}) {
    const child = spawn(process.execPath, [join(this.folder, 'node_modules/.bin', name), ...args], { cwd: this.folder, env: { ...process.env, ...QUIET, ...env }, detached: true })
    this.#children.push(child)
    let out = ''
    return new Promise((resolve, reject) => {
      const look = (piece) => {
        out += String(piece).replace(/\x1b\[[\d;]*m/g, '')
        const [url] = out.match(/http:\/\/(localhost|127\.0\.0\.1):\d+/) ?? []
        if (url) resolve(url)
      }
      child.stdout.on('data', look)
      child.stderr.on('data', look)
      child.once('exit', () => reject(new Error(out)))
      setTimeout(() => reject(new Error(`no address in: ${out}`)), 2 * MINUTE).unref()
    })
  }

  /** Serves a folder on loopback; returns its address. */
  async serve(below = '.', headers = {}) {
    const server = createServer((request, response) => {
      const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname)).replace(/\/$/, '/index.html')
      try {
        const bytes = readFileSync(join(this.folder, below, path))
        response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', ...headers }).end(bytes)
      } catch {
        response.writeHead(404, { 'content-type': 'text/plain' }).end('not found')
      }
    })
    await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
    this.#servers.push(server)
    return `http://127.0.0.1:${server.address().port}`
  }

  /** Opens a page in Chromium and returns the result that it prints. */
  async browse(url, timeout = MINUTE) {
    if (!this.browser) throw new NotInstalled('no Chromium')
    const context = await this.browser.newContext()
    try {
      const page = await context.newPage()
      let seen = ''
      page.on('pageerror', (error) => (seen += ` ${error.message}`))
      const told = new Promise((resolve, reject) => {
        page.on('console', (message) => {
          const [, result] = message.text().match(RESULT) ?? []
          if (result) resolve(result)
          else if (message.type() === 'error') seen += ` ${message.text()}`
        })
        setTimeout(() => reject(new Error(seen || 'the page wrote no result')), timeout).unref()
      })
      await page.goto(url)
      return await told
    } finally {
      await context.close()
    }
  }

  async remove() {
    for (const child of this.#children) {
      try {
        process.kill(-child.pid)
      } catch {
        // The process has ended.
      }
    }
    for (const server of this.#servers) server.closeAllConnections(), server.close()
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Environment in which tools use no network services and print no colours. */
const QUIET = { NO_COLOR: '1', FORCE_COLOR: '0', CI: '1', NEXT_TELEMETRY_DISABLED: '1', WRANGLER_SEND_METRICS: 'false', PARCEL_WORKERS: '0', DO_NOT_TRACK: '1', NODE_OPTIONS: '' }

export class NotInstalled extends Error {}

export const resultIn = (text) => text.match(RESULT)?.[1] ?? firstLine(text)
export const firstLine = (text) => text.split('\n').map((line) => line.trim()).find((line) => line && !/^npm (warn|notice)/.test(line)) ?? ''
