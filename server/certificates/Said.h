#pragma once

/// An SQL expression for a text of a certificate's head, where c is the certificate and s its sample: `now` as the sample has it,
/// or what was frozen where the sample may have been corrected since. Of a list only those rows read what was frozen.
#define TOUCHSTONE_SAID(now, member)                                        \
    "IF(c.status IN ('drawing', 'issued') AND s.status = 'released', " now \
    ", JSON_VALUE(c.frozen, '$.content.sample." member "'))"
