import { ApiSchema } from '@nestjs/swagger';

@ApiSchema({ name: 'OfferAtCounter', description: 'The result lies ready at the counter.' })
export class OfferAtCounterDto {}

@ApiSchema({ name: 'Collect', description: 'The citizen has fetched the result.' })
export class CollectDto {}
