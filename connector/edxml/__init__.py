"""The national document axis: packets of QCVN 102:2016 read and written, and the axis that carries them."""
