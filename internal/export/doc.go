// Package export turns mirrored records into rows: for CSV files, JSON lines and tables on a screen.
//
// Values come out as the store wrote them: money and numbers keep their digits, and text keeps its characters. Lists
// and objects stay JSON in a cell. JSON lines are the store's own text, byte for byte, one record a line.
//
// The package must not know where records come from or who reads the rows.
//
//	err := export.CSV(os.Stdout, storage.Orders, records, export.CSVOptions{})
package export
