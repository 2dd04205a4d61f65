// Package receipts is waybill receipts: what receivers of changes say they have. What a receipt is, internal/receipts
// says; this turns flags into a call of service, and prints.
package receipts
