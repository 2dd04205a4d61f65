package core

import (
	"math/rand/v2"
	"slices"
	"testing"
)

type numbered struct{ id, key int64 }

func (n *numbered) RecordID() int64 { return n.id }

func TestTableKeepsItsOrdersThroughAnyChange(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	table := NewTable[*numbered]().OrderedBy("key", func(n *numbered) (int64, bool) { return n.key, n.key >= 0 })
	alive := map[int64]*numbered{}
	for i := range int64(20000) {
		switch random.IntN(4) {
		case 0, 1:
			n := &numbered{id: i, key: random.Int64N(50)}
			table.Insert(n)
			alive[i] = n
		case 2:
			for _, n := range alive {
				table.Change(n, func(n *numbered) { n.key = random.Int64N(60) - 10 })
				break
			}
		case 3:
			for id, n := range alive {
				table.Delete(n)
				delete(alive, id)
				break
			}
		}
	}
	want := []*numbered{}
	for _, n := range alive {
		if n.key >= 0 {
			want = append(want, n)
		}
	}
	slices.SortFunc(want, func(a, b *numbered) int {
		if a.key != b.key {
			return int(a.key - b.key)
		}
		return int(a.id - b.id)
	})
	x := table.keyed["key"]
	got := func(start, end int, descending bool) (out []*numbered) {
		x.Slice(start, end, descending, func(n *numbered) bool { out = append(out, n); return true })
		return out
	}
	if !slices.Equal(got(0, x.Length, false), want) || x.Length != len(want) {
		t.Fatalf("ascending order of %d records is wrong", len(want))
	}
	start, end := x.Rank(7, 0), x.Rank(31, 0)
	part := slices.Clone(want[start:end])
	slices.Reverse(part)
	if !slices.Equal(got(start, end, true), part) {
		t.Errorf("descending order between ranks %d and %d is wrong", start, end)
	}
	if start > 0 && (want[start].key != 7 || want[start-1].key >= 7) {
		t.Errorf("rank of key 7 is %d", start)
	}
	if table.Len() != len(alive) {
		t.Errorf("table has %d records, want %d", table.Len(), len(alive))
	}
}
