import type { IstioTarget } from './target.js'

/** The YAML that makes a target routable, for people to paste. */

export const virtualServiceYaml = (target: IstioTarget, host: string): string => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${scalar(target.service)}, namespace: ${scalar(target.namespace)}}
spec:
  hosts: [${scalar(host)}]
  http:
  - route:
${indent(destinationsYaml(target, host))}`

export const destinationRuleYaml = (target: IstioTarget): string => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${scalar(target.service)}, namespace: ${scalar(target.namespace)}}
spec:
  host: ${scalar(target.service)}
  subsets:
  - {name: ${scalar(target.subsets.production)}, labels: {version: REPLACE}} # the version that serves now
  - {name: ${scalar(target.subsets.canary)}, labels: {version: ${scalar(target.canaryVersion)}}}`

/** The two destinations of one route. */
export const destinationsYaml = ({ subsets }: IstioTarget, host: string): string =>
  `- {destination: {host: ${scalar(host)}, subset: ${scalar(subsets.production)}}, weight: 100}
- {destination: {host: ${scalar(host)}, subset: ${scalar(subsets.canary)}}, weight: 0}`

const indent = (text: string) => text.replaceAll(/^/gm, '    ')

/** Plain where YAML reads it as text, else quoted: a version such as 1.10 or `on` is not text without quotes. */
const scalar = (text: string) =>
  /^[a-z][a-z0-9.-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/.test(text) ? text : JSON.stringify(text)
