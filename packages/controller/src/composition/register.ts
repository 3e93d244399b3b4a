import { type DependencyContainer, type InjectionToken, instancePerContainerCachingFactory } from 'tsyringe'

/** Registers how something is made: once per container that asks, from what that container says its parts are. */
export function provide<T>(
  container: DependencyContainer,
  token: InjectionToken<T>,
  make: (container: DependencyContainer) => T,
): void {
  container.register(token, { useFactory: instancePerContainerCachingFactory(make) })
}
