package mirror

import (
	"context"
	"slices"

	"github.com/waybillhq/waybill/internal/mirror/internal/follow"
	"github.com/waybillhq/waybill/internal/storage"
)

// straying looks for variations below products that are not variable.
type straying struct{ *step }

func (s *step) straying() straying { return straying{s} }

func straysOf(product int64) storage.Mark {
	return storage.Mark{Resource: storage.Variations, ParentID: product, Reason: "its variations show nowhere else"}
}

// note updates the list of products with strays after the variations of one product were read, and returns the cursors
// to save.
func (s straying) note(ctx context.Context, product int64, found bool) ([]storage.Cursor, error) {
	parent, err := s.HeldReading(ctx, storage.Ref{Resource: storage.Products, ID: product})
	if err != nil {
		return nil, err
	}
	stray := found && parent.ID != 0 && !follow.IsVariable(parent.Kind)
	at, known := slices.BinarySearch(s.strays.Parents, product)
	switch {
	case stray && !known:
		s.strays.Parents = slices.Insert(s.strays.Parents, at, product)
	case !stray && known:
		s.strays.Parents = slices.Delete(s.strays.Parents, at, at+1)
	default:
		return nil, nil
	}
	return []storage.Cursor{s.straysCursor()}, nil
}
