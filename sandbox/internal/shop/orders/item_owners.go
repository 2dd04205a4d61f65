package orders

// itemOwners says which order or refund a line belongs to, by the line's number: lines are counted from 1 without gaps.
// A line that is gone belongs to 0.
type itemOwners []int64

func (o itemOwners) of(item int64) int64 {
	if item < 1 || item > int64(len(o)) {
		return 0
	}
	return o[item-1]
}

func (o *itemOwners) set(item, owner int64) {
	for int64(len(*o)) < item {
		*o = append(*o, 0)
	}
	(*o)[item-1] = owner
}

func (o itemOwners) forget(item int64) {
	if o.of(item) != 0 {
		o[item-1] = 0
	}
}
