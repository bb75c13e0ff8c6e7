// What the demonstration registers, what its instruments measure and what its people type. All of it is invented.
import { day } from './day.mjs'

const KINDS = {
  tablet: { product: 'ASP-TAB', specification: '0.3 g', quantity: '120', quantity_unit: '片', approval_no: '示例准字H00000001' },
  mask: { product: 'MASK-SURG', specification: '17.5 cm×9.5 cm', quantity: '50', quantity_unit: '个', approval_no: '示例械注准00000002' },
  cream: { product: 'CREAM', specification: '50 g', quantity: '12', quantity_unit: '瓶', approval_no: '示例妆网备字00000003' }
}

// Kind, maker, what the instruments say by item. Two tablets come from one maker. 94.95 conforms once rounded (修约值比较法);
// 10.04 fails where the figure itself is compared (全数值比较法).
const SAMPLES = [
  ['tablet', '示例制药一厂', { 含量测定: '99.82', 游离水杨酸: '0.08' }],
  ['tablet', '示例制药一厂', { 含量测定: '94.95', 游离水杨酸: '0.11' }],
  ['tablet', '示例制药二厂', { 含量测定: '101.37', 游离水杨酸: '0.05' }],
  ['tablet', '示例制药三厂', { 含量测定: '100.24', 游离水杨酸: '0.09' }],
  ['mask', '示例防护用品一厂', { 细菌过滤效率: '99.1', 颗粒过滤效率: '62.4', 压力差: '38.6' }],
  ['mask', '示例防护用品一厂', { 细菌过滤效率: '98.7', 颗粒过滤效率: '58.9', 压力差: '40.2' }],
  ['mask', '示例防护用品二厂', { 细菌过滤效率: '95', 颗粒过滤效率: '44.0', 压力差: '49' }],
  ['mask', '示例防护用品三厂', { 细菌过滤效率: '97.5', 颗粒过滤效率: '51.3', 压力差: '35.8' }],
  ['cream', '示例化妆品一厂', { 铅: '0.42', 砷: '0.08', 汞: '0.011', 镉: '0.027' }],
  ['cream', '示例化妆品一厂', { 铅: '0.39', 砷: '0.07', 汞: '0.009', 镉: '0.031' }],
  ['cream', '示例化妆品二厂', { 铅: '10.04', 砷: '0.21', 汞: '0.016', 镉: '0.052' }],
  ['cream', '示例化妆品三厂', { 铅: '0.18', 砷: '0.05', 汞: '0.012', 镉: '0.020' }]
]

export const FAILING = { item: '铅', value: '10.04', requirement: '不得过10 mg/kg' }

export const TYPED = {
  性状: '白色片', 鉴别: '呈正反应', 溶出度: '87', 重量差异: '符合规定',
  合成血液穿透: '无渗透', 口罩带断裂强力: '12.4', 阻燃性能: '0', 环氧乙烷残留量: '2.1',
  菌落总数: '120', 铜绿假单胞菌: '未检出'
}

/** One a sample: the row that registers it and the values that its instrument will report. */
export function demoSamples() {
  const run = new Date().toISOString().replace(/\D/g, '').slice(2, 14)
  return SAMPLES.map(([kind, maker, measured], index) => ({
    kind,
    measured,
    row: {
      ...KINDS[kind],
      batch_no: `${run}-${String(index + 1).padStart(2, '0')}`,
      maker,
      client: '示例县市场监督管理局',
      business_kind: 'supervision',
      voucher_no: `示例抽样${run}${String(index + 1).padStart(2, '0')}`,
      sampled_on: day(-1),
      seal_state: 'intact',
      produced_on: day(-60),
      expires_on: day(670),
      region_code: '990102'
    }
  }))
}

/** Measurements of the control material of templates/institute.xml, whose targets are invented as well; one of them is out of control. */
export const CONTROLS = ['5.02', '4.95', '5.08', '4.91', '5.04', '4.97', '5.11', '5.01', '4.88', '5.34', '5.03', '4.96', '5.06', '4.99', '5.02', '4.93']
  .map((lead, i) => ({ 铅: lead, 砷: (1 + (i % 5 - 2) * 0.01).toFixed(2), 汞: (0.5 + (i % 3 - 1) * 0.01).toFixed(2), 镉: (2.5 + (i % 7 - 3) * 0.02).toFixed(2) }))
