export interface FieldError {
  field: string
  row?: number
  code: string
  message: string
}

/** What the API refused, as its problem document says it; `offline` when no answer came at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    title: string,
    readonly errors: FieldError[] = [],
    readonly reference?: string
  ) {
    super(title)
  }

  static of(status: number, body: unknown): Problem {
    const document = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
    const errors = Array.isArray(document.errors) ? (document.errors as FieldError[]) : []
    return new Problem(
      status,
      typeof document.code === 'string' ? document.code : `http_${status}`,
      typeof document.title === 'string' ? document.title : '',
      errors,
      typeof document.reference === 'string' ? document.reference : undefined
    )
  }

  static from(error: unknown): Problem {
    if (error instanceof Problem) return error
    if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) return new Problem(0, 'offline', '')
    throw error
  }

  /** The message for a field of the body, such as `login`. */
  forField(name: string): string | undefined {
    return this.errors.find(error => lastSegment(error.field) === name)?.message
  }
}

export function lastSegment(field: string): string {
  return field.slice(field.lastIndexOf('.') + 1)
}

/** Errors by row and by field of the row, for editors of many rows: `byRow.get(3)?.batch_no`. */
export function errorsByRow(errors: FieldError[]): Map<number, Record<string, string>> {
  const byRow = new Map<number, Record<string, string>>()
  for (const error of errors) {
    const row = error.row ?? Number(/^rows\.(\d+)/.exec(error.field)?.[1] ?? NaN)
    if (Number.isNaN(row)) continue
    const fields = byRow.get(row) ?? {}
    fields[lastSegment(error.field)] ??= error.message
    byRow.set(row, fields)
  }
  return byRow
}
