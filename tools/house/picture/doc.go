// Package picture draws the house as SVG: a box for each room that others see, on the floor above everything it knows,
// and an arrow for each import.
//
// What stands below a folder named internal is drawn as a list inside its house. An arrow that follows from two others
// is left out, so that the picture can be read. The same packages always give the same bytes, and a test can compare
// them.
//
//	svg := picture.SVG(picture.Plan(packages))
package picture
