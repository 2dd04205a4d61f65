package orders

// itemOwners gives the order or refund of a line, by the line's id. Lines have ids from 1 without gaps. A deleted line
// belongs to 0.
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
