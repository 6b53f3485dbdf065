namespace Resift;

/// <summary>
/// How many bytes of UTF-8 a token stands for, where a limit in tokens must not be exceeded without the provider's tokenizer. Fewer
/// than an estimate takes: English has about four, Chinese three and more, and three keeps a reserve in both.
/// </summary>
internal static class TokenSize
{
    public const int Bytes = 3;
}
