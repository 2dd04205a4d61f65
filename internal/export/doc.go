// Package export turns mirrored records into rows: for CSV files, JSON lines and tables on a screen.
//
// It guarantees that values come out as the store wrote them: money and numbers keep their digits, text its characters;
// what has no place in a cell (lists, objects) stays JSON. JSON lines are the store's own text, byte for byte, one
// record a line.
//
// It must not know where records come from or who reads the rows.
//
//	err := export.CSV(os.Stdout, storage.Orders, records, export.CSVOptions{})
package export
