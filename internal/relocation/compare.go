package relocation

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"

	"github.com/waybillhq/waybill/internal/storage"
)

// shownDifferences is the largest number of differing rows that are named.
const shownDifferences = 20

// compare compares every row of one database with the other's.
func compare(ctx context.Context, from, to storage.Archive, opts Options, report *Report) error {
	for _, t := range storage.Tables() {
		count := Count{Table: t.Name}
		all := sha256.New()
		var place []any
		for {
			ours, err := from.TableRows(ctx, t, place, rowsAtOnce)
			if err != nil {
				return err
			}
			theirs, err := to.TableRows(ctx, t, place, rowsAtOnce)
			if err != nil {
				return err
			}
			report.Differences = append(report.Differences, differences(t, ours, theirs)...)
			if len(ours) == 0 || len(report.Differences) > 0 {
				break
			}
			for _, row := range ours {
				all.Write(sum(row))
				if t.Name == "writes" && waits(t, row) {
					report.Waiting++
				}
			}
			count.Rows += int64(len(ours))
			place = ours[len(ours)-1][:t.Key:t.Key]
			opts.Observe(Progress{Task: Comparing, Table: t.Name, Rows: count.Rows})
		}
		count.Hash = hex.EncodeToString(all.Sum(nil)[:8])
		report.Tables = append(report.Tables, count)
	}
	if n := len(report.Differences); n > 0 {
		report.Differences = report.Differences[:min(n, shownDifferences)]
		return differs(report.Differences[0])
	}
	return nil
}

// differences names the rows of two pages that are not the same.
func differences(t storage.Table, ours, theirs [][]any) []string {
	if slices.EqualFunc(ours, theirs, func(a, b []any) bool { return bytes.Equal(sum(a), sum(b)) }) {
		return nil
	}
	name := func(row []any) string { return fmt.Sprint(t.Name, " ", row[:t.Key]) }
	there := map[string][]any{}
	for _, row := range theirs {
		there[name(row)] = row
	}
	var found []string
	for _, row := range ours {
		other, ok := there[name(row)]
		delete(there, name(row))
		if !ok {
			found = append(found, name(row)+" is missing")
			continue
		}
		for i, c := range t.Columns {
			if !bytes.Equal(sum(row[i:i+1]), sum(other[i:i+1])) {
				found = append(found, name(row)+" differs in "+c.Name)
			}
		}
	}
	for left := range there {
		found = append(found, left+" should not be there")
	}
	return found
}

// sum returns a hash over the values of a row. Different rows have different hashes.
func sum(row []any) []byte {
	h := sha256.New()
	for _, v := range row {
		switch v := v.(type) {
		case nil:
			h.Write([]byte{0})
		case int64:
			h.Write(binary.BigEndian.AppendUint64([]byte{1}, uint64(v)))
		case string:
			part(h, 2, []byte(v))
		case []byte:
			part(h, 3, v)
		default:
			panic(fmt.Sprintf("a value of type %T", v)) // storage.Archive allows no such type
		}
	}
	return h.Sum(nil)
}

func part(h hash.Hash, kind byte, text []byte) {
	h.Write(binary.BigEndian.AppendUint64([]byte{kind}, uint64(len(text))))
	h.Write(text)
}

// waits says whether a write will still be sent, or looked for on the store.
func waits(t storage.Table, row []any) bool {
	at := slices.IndexFunc(t.Columns, func(c storage.Column) bool { return c.Name == "state" })
	state, _ := row[at].(string)
	return slices.Contains([]storage.WriteState{storage.WritePending, storage.WriteSending, storage.WriteUnknown},
		storage.WriteState(state))
}
