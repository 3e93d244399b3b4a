import { recordedContract } from './index.js'

recordedContract()
