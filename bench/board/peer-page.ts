/** What a board without deltas and without virtual rows would be: all rows drawn anew from the full list, each time. */
export const PEER_PAGE = `<!doctype html><meta charset="utf-8"><title>peer</title>
<style>body{font:14px system-ui}td{padding:4px 12px;white-space:nowrap}</style><table id="table"></table>
<script>
const socket = new WebSocket('ws://' + location.host + '/socket.io/?EIO=4&transport=websocket')
const draw = ({ columns, rows }) => {
  const shown = ['name', 'state', 'isHealthy', 'eventsPerSecond', 'errorRate60s', 'memoryBytes', 'cpuPercent', 'p95Ms', 'mailboxDepth', 'activeSince']
  const at = shown.map((name) => columns.indexOf(name) + 1)
  table.innerHTML = rows.map((row) => '<tr>' + at.map((index) => '<td>' + row[index] + '</td>').join('') + '</tr>').join('')
}
socket.onmessage = ({ data }) => {
  if (data.startsWith('0')) socket.send('40{}')
  else if (data.startsWith('40')) socket.send('420["subscribe","lists",{}]')
  else if (data === '2') socket.send('3')
  else if (data.startsWith('430')) draw(JSON.parse(data.slice(3))[0].value.snapshot)
  else if (data.startsWith('42["delta"')) draw(JSON.parse(data.slice(2))[1].delta)
}
</script>`
