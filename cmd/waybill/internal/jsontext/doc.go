// Package jsontext prints results as JSON: one value, a stream of lines, or a list that is written element by element.
//
// Values that are JSON text already, such as a mirrored record, keep their own spelling.
//
//	list := jsontext.NewList(os.Stdout)
//	for record := range records {
//		err = list.Add(record.Raw)
//	}
//	err = list.Close()
package jsontext
