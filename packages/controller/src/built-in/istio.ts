import { definePlugin } from '@birdwatch/core'
import { createIstioRouter, type IstioRouterOptions } from '@birdwatch/router-istio'

/** Traffic by Istio: the default router. What it works on is the controller's, and so it takes no options. */
export const istio = (surroundings: () => IstioRouterOptions) =>
  definePlugin({
    kind: 'traffic-router',
    name: 'istio',
    apiVersion: 1,
    create: () => createIstioRouter(surroundings()),
  })
