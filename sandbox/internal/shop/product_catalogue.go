package shop

import "time"

// catalogue is the part of the state that products and people live in: one
// line per table.
type catalogue struct {
	Products         *Table[*Product]
	Terms            *Table[*Term]
	GlobalAttributes *Table[*GlobalAttribute]
	Images           *Table[*Image]
	Reviews          *Table[*Review]
	Customers        *Table[*Customer]

	// catalogueGeneration is raised by every change of products, terms, images
	// and reviews. They show each other: a variable product the prices of its
	// variations, a product the names of its terms.
	catalogueGeneration uint64
	counts              *termCounts

	approvedDirectories []approvedDirectory
	related             *relatedCache
	// syncs are variable products whose prices and stock are brought up to
	// date when the request is over.
	syncs []int64
}

func newCatalogue(installed time.Time) catalogue {
	return catalogue{
		Products:         newProductTable(),
		Terms:            newTermTable(),
		GlobalAttributes: newAttributeTable(),
		Images:           newImageTable(installed),
		Reviews:          newReviewTable(),
		Customers:        newCustomerTable(),
		counts:           newTermCounts(),
		related:          newRelatedCache(),
	}
}

// catalogueChanged makes everything of the catalogue render anew.
func (s *Store) catalogueChanged() { s.catalogueGeneration++ }
