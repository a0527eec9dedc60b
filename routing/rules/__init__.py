"""Who gets an appeal: ordered rules of the sector, tried on the past before they are saved."""
