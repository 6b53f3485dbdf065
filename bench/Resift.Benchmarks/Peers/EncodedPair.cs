// A (query, document) pair as token ids, the first FirstSegmentLength of which ([CLS] query [SEP]) are of token type 0.
global using EncodedPair = (int[] Ids, int FirstSegmentLength);
