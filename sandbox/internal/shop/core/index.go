package core

import "sort"

// Index keeps records ordered by (key, id). A page anywhere in a hundred thousand records costs about as much as the
// first. Entries are in blocks of bounded size: an insertion moves at most one block, and counting or skipping goes
// block by block.
type Index[R Record] struct {
	blocks [][]entry[R]
	Length int
}

type entry[R Record] struct {
	key    int64
	id     int64
	record R
}

const blockSize = 512

func (e entry[R]) less(key, id int64) bool { return e.key < key || e.key == key && e.id < id }

// find returns the place of the first entry not below (key, id).
func (x *Index[R]) find(key, id int64) (block, offset int) {
	block = sort.Search(len(x.blocks), func(i int) bool {
		b := x.blocks[i]
		return !b[len(b)-1].less(key, id)
	})
	if block == len(x.blocks) {
		return block, 0
	}
	b := x.blocks[block]
	return block, sort.Search(len(b), func(i int) bool { return !b[i].less(key, id) })
}

func (x *Index[R]) insert(key int64, r R) {
	e := entry[R]{key: key, id: r.RecordID(), record: r}
	x.Length++
	block, offset := x.find(e.key, e.id)
	if block == len(x.blocks) {
		if block == 0 || len(x.blocks[block-1]) >= blockSize {
			x.blocks = append(x.blocks, append(make([]entry[R], 0, blockSize), e))
			return
		}
		x.blocks[block-1] = append(x.blocks[block-1], e)
		return
	}
	b := x.blocks[block]
	b = append(b, entry[R]{})
	copy(b[offset+1:], b[offset:])
	b[offset] = e
	x.blocks[block] = b
	if len(b) > 2*blockSize {
		x.split(block)
	}
}

func (x *Index[R]) split(block int) {
	b := x.blocks[block]
	half := len(b) / 2
	right := append(make([]entry[R], 0, blockSize*2), b[half:]...)
	clear(b[half:])
	x.blocks = append(x.blocks, nil)
	copy(x.blocks[block+2:], x.blocks[block+1:])
	x.blocks[block], x.blocks[block+1] = b[:half], right
}

func (x *Index[R]) remove(key, id int64) {
	block, offset := x.find(key, id)
	if block == len(x.blocks) {
		return
	}
	b := x.blocks[block]
	if offset == len(b) || b[offset].id != id || b[offset].key != key {
		return
	}
	x.Length--
	copy(b[offset:], b[offset+1:])
	b[len(b)-1] = entry[R]{}
	b = b[:len(b)-1]
	if len(b) > 0 {
		x.blocks[block] = b
		return
	}
	x.blocks = append(x.blocks[:block], x.blocks[block+1:]...)
}

// Rank is the number of entries below (key, id).
func (x *Index[R]) Rank(key, id int64) int {
	block, n := x.find(key, id)
	for _, b := range x.blocks[:block] {
		n += len(b)
	}
	return n
}

// Slice calls yield for the entries from position start to before end, upwards. With descending it goes downwards, and
// begins with the entry before end.
func (x *Index[R]) Slice(start, end int, descending bool, yield func(R) bool) {
	if descending {
		x.sliceDown(start, end, yield)
		return
	}
	at := 0
	for _, b := range x.blocks {
		if at+len(b) <= start {
			at += len(b)
			continue
		}
		for i := max(0, start-at); i < len(b); i++ {
			if at+i >= end || !yield(b[i].record) {
				return
			}
		}
		at += len(b)
	}
}

func (x *Index[R]) sliceDown(start, end int, yield func(R) bool) {
	at := x.Length // position after the current block
	for i := len(x.blocks) - 1; i >= 0; i-- {
		b := x.blocks[i]
		first := at - len(b)
		if first >= end {
			at = first
			continue
		}
		for j := min(len(b), end-first) - 1; j >= 0; j-- {
			if first+j < start || !yield(b[j].record) {
				return
			}
		}
		at = first
	}
}

// A Record knows its number.
type Record interface {
	comparable
	RecordID() int64
}
