'use client'

import type { ProfileView as Profile } from '@plugboard/protocol'
import { useEffect, useState, type ReactNode } from 'react'
import { Skeleton } from '@/components/ui/panel'
import { asClientError } from '@/live/use-operation'
import { readCallTree, type Frame } from './call-tree'
import { FlameGraph } from './flame-graph'
import { fetchProfile } from './profile-content'

/** One recording, drawn. */
export function ProfileView({ id, profile }: { readonly id: string; readonly profile: Profile }): ReactNode {
  const [root, setRoot] = useState<Frame | null>(null)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    let current = true
    fetchProfile(id, profile.name)
      .then((content) => current && setRoot(readCallTree(content)))
      .catch((thrown: unknown) => current && setError(asClientError(thrown).message))
    return () => {
      current = false
    }
  }, [id, profile.name])
  if (error !== null) {
    return (
      <p role="alert" className="text-bad">
        {error}
      </p>
    )
  }
  return root ? (
    <FlameGraph root={root} unit={profile.kind === 'cpu' ? 'time' : 'bytes'} />
  ) : (
    <Skeleton className="h-64" />
  )
}
