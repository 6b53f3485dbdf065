namespace Resift;

/// <summary>
/// How many bytes of UTF-8 a token stands for, where a limit in tokens has to be kept without the provider's tokenizer. English has about
/// four, Chinese three and more: three keeps a reserve in both.
/// </summary>
internal static class TokenSize
{
    public const int Bytes = 3;
}
