// Package alerting is the commands about what is wrong and who is told of it: waybill problems and waybill alerts. It
// turns flags into calls of internal/problems and internal/alerts, and prints their answers; what it needs of the
// program is [program.App].
package alerting
