package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/waybillhq/waybill/internal/table"
)

// Mapping is what a person has decided about the files of one kind, saved for later files.
type Mapping struct {
	// Columns, Ignore and AsText are those of [Options].
	Columns   map[string]string `json:"columns,omitempty"`
	Ignore    []string          `json:"ignore,omitempty"`
	AsText    []string          `json:"text,omitempty"`
	KeyColumn string            `json:"key_column,omitempty"`
	// Encoding and Delimiter are words as on the command line; empty when the file itself tells.
	Encoding  string        `json:"encoding,omitempty"`
	Delimiter string        `json:"delimiter,omitempty"`
	Decimal   table.Decimal `json:"decimal,omitempty"`
	Dates     table.Dates   `json:"dates,omitempty"`
}

// ReadMapping reads a mapping that WriteMapping or a person has written.
func ReadMapping(r io.Reader) (m Mapping, err error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return m, noMapping(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return m, severalMappings()
	}
	_, err = m.options()
	return m, err
}

// WriteMapping writes a mapping as a file that people can read and change.
func WriteMapping(w io.Writer, m Mapping) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// With returns this mapping with another one added. Where both decide something, the other one wins.
func (m Mapping) With(other Mapping) Mapping {
	columns := map[string]string{}
	maps.Copy(columns, m.Columns)
	maps.Copy(columns, other.Columns)
	m.Columns = columns
	// A column that is mapped now is not left out any more, and the other way round.
	m.Ignore = slices.DeleteFunc(slices.Clone(m.Ignore), func(name string) bool {
		_, mapped := other.Columns[name]
		return mapped || slices.Contains(other.Ignore, name)
	})
	m.Ignore = append(m.Ignore, other.Ignore...)
	for _, name := range other.Ignore {
		delete(m.Columns, name)
	}
	m.AsText = append(slices.Clone(m.AsText), other.AsText...)
	for into, from := range map[*string]string{&m.Encoding: other.Encoding, &m.Delimiter: other.Delimiter,
		&m.KeyColumn: other.KeyColumn} {
		if from != "" {
			*into = from
		}
	}
	if other.Decimal != "" {
		m.Decimal = other.Decimal
	}
	if other.Dates != "" {
		m.Dates = other.Dates
	}
	return m
}

// Apply puts a mapping into the options of a reading.
func (m Mapping) Apply(o *Options) error {
	t, err := m.options()
	if err != nil {
		return err
	}
	o.Columns, o.Ignore, o.AsText, o.KeyColumn = m.Columns, m.Ignore, m.AsText, m.KeyColumn
	o.Table, o.Decimal, o.Dates = t, m.Decimal, m.Dates
	return nil
}

// options returns the options of the table, with every word checked.
func (m Mapping) options() (o table.Options, err error) {
	if o.Encoding = m.Encoding; m.Delimiter != "" {
		if o.Delimiter, err = table.ParseDelimiter(m.Delimiter); err != nil {
			return o, fmt.Errorf("--delimiter: %w", err)
		}
	}
	switch m.Decimal {
	case "", table.Comma, table.Point:
	default:
		return o, noDecimal(m.Decimal)
	}
	switch m.Dates {
	case "", table.DayFirst, table.MonthFirst, table.Excel1904:
	default:
		return o, noDates(m.Dates)
	}
	for name := range m.Columns {
		if slices.Contains(m.Ignore, name) {
			return o, mappedAndIgnored(name)
		}
	}
	return o, nil
}
