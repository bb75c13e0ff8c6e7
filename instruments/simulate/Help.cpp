#include "instruments/simulate/Commandline.h"

namespace touchstone::instruments {

const char* const simulateHelp = R"(touchstone-simulate: plays an instrument

touchstone-simulate PROTOCOL WHERE [options] FILE...
touchstone-simulate PROTOCOL WHERE [options] --generate astm|hl7|csv
touchstone-simulate astm|mllp WHERE --work SECONDS [--ask SPECIMEN,…]
touchstone-simulate sics|sbi WHERE [--weights G,…]

PROTOCOL  what the instrument speaks
    astm   E1381/LIS01-A2: a capture of frames as it is, between ENQ and EOT; bare records are put into frames
    mllp   HL7: each file is a block
    line   each line of the files is a message; nobody answers it unless --answer says so
    file   files are written into a watched folder
    http   files are brought to the server (POST /api/v1/intake/messages)
    sics   a Mettler-Toledo balance that is asked (MT-SICS)
    sbi    a Sartorius balance that is asked (SBI)

WHERE
    --to HOST:PORT       the gateway listens there
    --to /dev/ttyS0      a serial line; --baud N, --parity none|even|odd, --data-bits 7|8, --stop-bits 1|2
    --to FOLDER          file
    --to http://HOST:PORT  http, or https; with --token-file FILE and --instrument CODE
    --listen HOST:PORT   the gateway calls (connect = in its configuration); port 0 takes a free one
    --pty                a pseudo terminal, whose other end is the gateway's serial line (device = in its configuration)
    --print              nowhere: what would be sent is printed, without framing
    --tls                for --to and --listen: TLS 1.2 or later; --ca FILE trusts this authority, --certificate FILE and
                         --key FILE are ours; all PEM
    Where it listens or which terminal it has stands on stderr: "listening on HOST:PORT", "terminal DEVICE".

WHAT
    FILE...              each is a message; for astm and mllp also a capture of several (sessions from ENQ to EOT, blocks),
                         or a log of one that prints control characters by their names: <STX>, [STX]
    --generate FORMAT    messages of plausible values: one specimen each, every analyte; FORMAT astm, hl7 or csv
    --specimens N|FILE   so many, S-0001 …, or those that stand in a file, one a line; default 1
    --analytes CODE[:UNIT],…   default Pb:mg/kg,Cd:mg/kg
    --seed N             the same seed gives the same messages; default 1
    --unique             a fresh control id (H.3, MSH-10) in every message of astm and HL7; without it a repetition is a
                         duplicate

HOW MUCH
    --repeat N           everything N times
    --connections N      so many instruments at a time, each sending all files; generated messages are shared out
    --rate R             messages a second, of all connections together
    --seconds S          over and over for so long
    --window N           mllp: N messages in one write, then their answers; as engines send for many instruments
    --insist             what is not acknowledged is sent again, with the same control id, for up to a minute
    --patience MS        how long to wait for a reply, default 15000
    --summary            one JSON line at the end instead: messages, acknowledged, seconds, per_second, p50_ms, p99_ms

FAULTS  what --insist sends again is spared all but chance. A frame is a block of mllp, a line, a file or a request, too.
    --split              every byte in a write of its own
    --join               astm, line: a message in one write, then its replies are counted; mllp: all files in one write
    --bad-checksum K     astm: frame K is wrong at its first sending
    --repeat-frame K     frame K comes twice, as though its acknowledgement had been lost
    --skip-frame K       astm, line: frame K never comes
    --cut-after-frame K  the link is cut behind frame K (astm: once it is acknowledged)
    --cut-after-bytes N  the link is cut behind the N-th byte of a connection's run, once
    --silence MS         a pause in the middle of each message
    --garbage            bytes that mean nothing before each message
    --chaos SEED:RATE    any of these by chance, in this share of the frames (0.05); the same seed, the same faults

    --slow MS            file: writing takes so long
    --marker SUFFIX      file: at the end an empty file of the same name and this suffix is put beside it
    --begin HEX, --end HEX, --answer HEX   line: bytes before and behind a line (default: CR LF behind it), and those that
                         the gateway answers

sics, sbi: answer for --seconds S (default 10) or until --answers N, and print a JSON line for each command: command, answer.
    --weights G,…        one for each weighing, default 100.00; --unit U, default g
    --state STATE        stable, dynamic, overload, underload, error or silent
    --unsteady N         so many weights are unstable before one is stable

--work SECONDS: astm and mllp stay connected for so long, take orders and print a JSON line for each: order, act, specimen,
    position, priority, tests; for an answer to what they asked: answer (astm the code of L, mllp that of QAK), orders.
    --ask SPECIMEN,…     asks for them at the start, one after the other; ALL asks for everything
    --orders N           leaves after so many lines
    --refuse             mllp: answers every order with "unable to accept"
    --mute               mllp: answers no order

Prints a JSON line for each message: file, control_id (with --unique or --generate), acknowledged, milliseconds, note.
Exit status 0: all were acknowledged, 1: some were not, 2: the command line is wrong.
)";

}  // namespace touchstone::instruments
