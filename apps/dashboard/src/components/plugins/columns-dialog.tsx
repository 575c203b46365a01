'use client'

import type { ReactNode } from 'react'
import { Checkbox } from '@/components/ui/checkbox'
import { Modal } from '@/components/ui/modal'
import { useText } from '@/messages/use-text'
import { COLUMNS, type ColumnId } from './columns'

export function ColumnsDialog({
  chosen,
  onChoose,
  onClose,
}: {
  readonly chosen: readonly ColumnId[]
  readonly onChoose: (columns: readonly ColumnId[]) => void
  readonly onClose: () => void
}): ReactNode {
  const text = useText()
  return (
    <Modal open onClose={onClose} title={text('plugins.columns')} description={text('plugins.columnsHint')}>
      <ul className="grid grid-cols-2 gap-3">
        {COLUMNS.map((column) => (
          <li key={column}>
            <Checkbox
              label={text(`plugins.column.${column}`)}
              checked={chosen.includes(column)}
              onChange={(checked) =>
                onChoose(COLUMNS.filter((one) => (one === column ? checked : chosen.includes(one))))
              }
            />
          </li>
        ))}
      </ul>
    </Modal>
  )
}
