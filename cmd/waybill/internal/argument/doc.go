// Package argument reads what people type: times in a store's zone, numbers of records, names of resources.
package argument
