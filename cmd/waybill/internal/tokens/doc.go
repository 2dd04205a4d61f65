// Package tokens is the commands about who may use the HTTP API: waybill tokens, waybill groups and waybill audit. They
// turn flags into calls of service and print what comes back; what they need of the program is [program.App].
package tokens
