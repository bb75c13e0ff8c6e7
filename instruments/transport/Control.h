#pragma once
#include <string_view>

namespace touchstone::instruments::control {

inline constexpr char stx = 0x02;
inline constexpr char etx = 0x03;
inline constexpr char eot = 0x04;
inline constexpr char enq = 0x05;
inline constexpr char ack = 0x06;
inline constexpr char lf = 0x0A;
inline constexpr char vt = 0x0B;
inline constexpr char cr = 0x0D;
inline constexpr char nak = 0x15;
inline constexpr char etb = 0x17;
inline constexpr char fs = 0x1C;

/// What may go over a line before a message: a handshake, also of the other side, and blanks.
inline constexpr std::string_view beforeMessage("\0\x04\x05\x06\x15\r\n ", 8);

}  // namespace touchstone::instruments::control
