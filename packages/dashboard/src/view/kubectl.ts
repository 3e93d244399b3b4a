interface Named {
  readonly namespace: string
  readonly name: string
}

const prefix = (kubectl: string, { namespace }: Named) => `${kubectl} -n ${namespace}`

/** The line that gives a command to a rollout. It fails while an earlier command still waits to be seen. */
export const commandLine = (of: Named, command: string, kubectl = 'kubectl'): string =>
  `${prefix(kubectl, of)} annotate bw ${of.name} otomato.link/command=${command}`

/** The line that takes the lock `paused: true` away. */
export const unlockLine = (of: Named, kubectl = 'kubectl'): string =>
  `${prefix(kubectl, of)} patch bw ${of.name} --type=merge -p '{"spec":{"paused":false}}'`

/** The line that shows what the controller said of a rollout lately. */
export const eventsLine = (of: Named, kubectl = 'kubectl'): string =>
  `${prefix(kubectl, of)} get events --field-selector involvedObject.kind=BirdWatch,involvedObject.name=${of.name}`
