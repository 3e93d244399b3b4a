/** How the resource is called, everywhere. */
export const group = 'otomato.link'
export const version = 'v1alpha1'
export const kind = 'BirdWatch'
export const plural = 'birdwatches'
export const apiVersion = `${group}/${version}`

/** Keeps a resource whose rollout is in progress until its traffic is settled. */
export const finalizer = `${group}/rollout`
/** A person's command; removed when it is done with. */
export const commandAnnotation = `${group}/command`
/** Who the person claims to be. */
export const claimAnnotation = `${group}/requested-by`
