/** A day of the laboratory, so many from its today: its calendar is that of China, whatever the machine's clock says. */
export const day = offset => new Date(Date.now() + offset * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
