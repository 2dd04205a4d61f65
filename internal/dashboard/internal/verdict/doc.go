// Package verdict says how shops, orders, writes and receivers stand, in the words and colours that every page of the
// dashboard has for them.
//
//   - A verdict names the shop, the cause and the next step, and who takes it: nobody, you, the host, the receiver.
//   - Red, [Act]: somebody must act. Yellow, [Heals]: it heals by itself. Green, [Good]: well. Grey, [Idle]: nothing is
//     meant to happen.
//   - Decisions are pure functions of what other rooms have found out. They ask nobody.
//
// How long something lasts is what [frame.Lasts] says; it knows no page and no HTTP.
package verdict
