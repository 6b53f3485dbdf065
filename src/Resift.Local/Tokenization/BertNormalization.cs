namespace Resift.Local.Tokenization;

/// <summary>What BERT's normalizer does to a text before it is split into words.</summary>
/// <param name="CleanText">Control characters are dropped and all white space becomes a blank.</param>
/// <param name="HandleChineseChars">Each CJK ideograph becomes a word of its own.</param>
/// <param name="StripAccents">Characters are decomposed and nonspacing marks dropped.</param>
/// <param name="Lowercase">Characters become lower case, one by one (no final sigma).</param>
internal readonly record struct BertNormalization(bool CleanText, bool HandleChineseChars, bool StripAccents, bool Lowercase);
