// The API as a program sees it that holds a session.

/** A request that was refused, with its problem document. */
export class Problem extends Error {
  constructor(method, path, status, document) {
    super(`${method} ${path}: ${status} ${document.code ?? ''} ${document.title ?? ''} ${JSON.stringify(document.errors ?? '')}`)
    Object.assign(this, { status, code: document.code, errors: document.errors ?? [], document })
  }
}

export class Api {
  #cookie

  constructor(url) {
    this.url = url
  }

  static async signIn(url, login, password) {
    const api = new Api(url)
    const response = await api.fetch('POST', '/sessions', { login, password })
    await api.#demand(response, 'POST', '/sessions')
    api.#cookie = response.headers.get('set-cookie')?.split(';')[0]
    if (!api.#cookie) throw new Error('signing in set no cookie')
    return api
  }

  /** The bare response, whatever its status. A Buffer goes as it is, anything else as JSON. */
  fetch(method, path, body, headers = {}) {
    const bytes = Buffer.isBuffer(body)
    return fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(this.#cookie ? { cookie: this.#cookie, 'X-Touchstone': '1' } : {}),
        ...(body === undefined ? {} : { 'content-type': bytes ? 'application/pdf' : 'application/json' }),
        ...headers
      },
      body: body === undefined || bytes ? body : JSON.stringify(body)
    })
  }

  async get(path) {
    return (await this.#good('GET', path)).json()
  }

  async bytes(path) {
    return Buffer.from(await (await this.#good('GET', path)).arrayBuffer())
  }

  async post(path, body) {
    return (await this.#good('POST', path, body)).json()
  }

  /** All items of a list, page after page. */
  async all(path) {
    const items = []
    for (let after = ''; after !== null;) {
      const page = await this.get(`${path}${path.includes('?') ? '&' : '?'}limit=500${after && `&after=${encodeURIComponent(after)}`}`)
      items.push(...page.items)
      after = page.next
    }
    return items
  }

  async #good(method, path, body) {
    const response = await this.fetch(method, path, body)
    await this.#demand(response, method, path)
    return response
  }

  async #demand(response, method, path) {
    if (response.ok) return
    const text = await response.text()
    let document = {}
    try {
      document = JSON.parse(text)
    } catch {
      document.title = `not a problem document: ${text.slice(0, 200)}`
    }
    throw new Problem(method, path, response.status, document)
  }
}
