// Package table reads tables from spreadsheets: comma-, semicolon- or tab-separated text in any common encoding, with
// dates and amounts in the form of any country.
//
// The package guesses nothing. It takes what the text says for certain: a mark of its encoding, a delimiter that alone
// gives every row the same number of cells, 31.12.2026. What could be read in two ways (1.234, 03/04/2026) is an error
// that names both readings and the option that decides. What a spreadsheet has destroyed (1.23E+12, #N/A, letters in
// the wrong encoding) is refused and not repaired. Rows are read one at a time.
//
// The package must not know what the columns mean: package intake decides which are dates and amounts, and where they
// go.
//
//	rows, err := table.NewReader(file, table.Options{})
//	row, err := rows.Next() // until io.EOF
package table
