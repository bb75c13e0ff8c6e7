"""Milliseconds of a processor for a certificate of two pages: drawn, attached and signed here; two pages with a table of 50
rows and six columns, the Chinese font embedded, neither PDF/A nor signed, by reportlab and weasyprint in this process, which
has read the font before: /usr/bin/python3 tests/bench/certificates.py

Needs Debian's python3-reportlab and weasyprint. A processor's time, as others on the machine take from the clock's."""
import io
import json
import os
import subprocess
import sys
import tempfile
import time

import reportlab
import weasyprint
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table
from weasyprint.text.fonts import FontConfiguration

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FONT = '/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc'
SECONDS = 5
TITLE = '药品检验报告书'
HEADS = ['序号', '检验项目', '标准规定', '检验结果', '检验方法', '结论']
ROWS = [[str(i), f'示例项目{i}', '应为标示量的95.0%~105.0%', f'99.8{i % 10}', '示例药典2025年版', '符合规定']
        for i in range(1, 51)]
WIDTHS = [30, 90, 150, 70, 110, 60]


def by_reportlab():
    style = ParagraphStyle('title', fontName='Han', fontSize=18, leading=30, alignment=1)
    table = Table([HEADS] + ROWS, colWidths=WIDTHS, rowHeights=21, repeatRows=1, style=[
        ('FONT', (0, 0), (-1, -1), 'Han', 9), ('GRID', (0, 0), (-1, -1), 0.6, colors.black)])
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4).build([Paragraph(TITLE, style), table])
    return out.getvalue()


def by_weasyprint(fonts=FontConfiguration()):
    def line(cells, tag):
        return '<tr>' + ''.join(f'<{tag}>{cell}</{tag}>' for cell in cells) + '</tr>'
    html = ('<style>@page{size:A4}body{font:9pt "WenQuanYi Zen Hei"}table{border-collapse:collapse;width:100%}'
            'th,td{border:.6pt solid;height:20pt;padding:0 3pt}</style><h1>' + TITLE + '</h1><table><thead>' + line(HEADS, 'th') +
            '</thead>' + ''.join(line(row, 'td') for row in ROWS) + '</table>')
    return weasyprint.HTML(string=html).write_pdf(font_config=fonts)


def measured(draw):
    pdf = draw()
    count, wall, cpu = 0, time.monotonic(), time.process_time()
    while time.monotonic() - wall < SECONDS:
        draw()
        count += 1
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    with tempfile.NamedTemporaryFile(suffix='.pdf') as file:
        file.write(pdf)
        file.flush()
        pages = int(subprocess.check_output(['qpdf', '--show-npages', file.name]))
    return {'cpu_ms_each': round(1000 * cpu / count, 2),
            'ms_each': round(1000 * wall / count, 2), 'bytes': len(pdf), 'pages': pages}


def main():
    pdfmetrics.registerFont(TTFont('Han', FONT, subfontIndex=0))
    touchstone = json.loads(subprocess.check_output(
        [os.path.join(ROOT, 'build/bin/touchstone'), 'bench', 'certificates', '--seconds', str(SECONDS), '--json']))
    ours = touchstone['cpu_ms_each']
    print(json.dumps({'touchstone, signed': {'cpu_ms_each': round(ours, 2), 'ms_each': round(touchstone['ms_each'], 2),
                                             'bytes': touchstone['pdf_bytes']}}))
    for name, draw in ((f'reportlab {reportlab.Version}', by_reportlab), (f'weasyprint {weasyprint.__version__}', by_weasyprint)):
        peer = measured(draw)
        peer['times_slower'] = round(peer['cpu_ms_each'] / ours, 1)
        print(json.dumps({name: peer}))


if __name__ == '__main__':
    sys.exit(main())
