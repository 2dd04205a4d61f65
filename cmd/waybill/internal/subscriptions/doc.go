// Package subscriptions is the commands about receivers of changes: waybill subscriptions and waybill deliveries. They
// turn flags into calls of service and print what comes back; what they need of the program is [program.App].
package subscriptions
