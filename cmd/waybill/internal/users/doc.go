// Package users is the commands about people who may sign in to the dashboard: waybill users. They turn flags into
// calls of service and print what comes back; what they need of the program is [program.App].
package users
