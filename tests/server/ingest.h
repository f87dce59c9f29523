/* ingest.h: one request of the ingestion API, read from protobuf into changes
 * of the store. */
#ifndef SRV_INGEST_H
#define SRV_INGEST_H

#include "ingest.pb-c.h"
#include "store_write.h"

/* The text of a protobuf field: borrowed, never NULL. What is not there is
 * empty. */
model_text ingest_text(ProtobufCBinaryData bytes);

/* Milliseconds of a timestamp; false if it is none of the years 1 to 9999. */
bool ingest_time(const Ingest__Timestamp *from, int64_t *ms);

/* A step; INGEST_STEP_INVALID or _TOO_LARGE if it is none. */
ingest_code ingest_step(const Ingest__Step *from, double *step);

/* Adds the changes of a snapshot to the batch; false without memory. */
bool ingest_snapshot(store_batch *batch, const Ingest__UpdateRunSnapshot *from,
                     int64_t now);

#endif
