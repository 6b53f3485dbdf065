namespace Resift;

/// <summary>Checks the headers that somebody adds to every request, before the first one is sent.</summary>
internal static class ExtraHeaders
{
    // Each says what the body is or how it travels, which is not the caller's to say.
    private static readonly string[] _own = ["Host", "Transfer-Encoding", "Connection", "Expect", "Upgrade", "Trailer", "TE"];

    /// <exception cref="ArgumentException">One of them cannot be a header, or is sent already.</exception>
    public static void Check(HttpRerankerOptions options, ProviderProfile profile)
    {
        foreach (var (name, value) in options.Headers ?? new Dictionary<string, string>())
        {
            string where = $"{nameof(HttpRerankerOptions)}.{nameof(HttpRerankerOptions.Headers)}";
            if (name.Equals(profile.KeyHeader ?? "Authorization", StringComparison.OrdinalIgnoreCase))
            {
                throw new ArgumentException($"{where} has '{name}', which is the key's. Give the key by " +
                    $"{nameof(HttpRerankerOptions.ApiKey)}, or by {nameof(HttpRerankerOptions.TokenProvider)}.");
            }

            using var request = new HttpRequestMessage();
            bool isText = value.All(character => character is >= ' ' and <= '~');
            if (_own.Contains(name, StringComparer.OrdinalIgnoreCase) || !isText || !request.Headers.TryAddWithoutValidation(name, value))
            {
                throw new ArgumentException($"{where} has '{name}', which cannot be sent: the name of a header that the request does not " +
                    "have by itself was expected, and a value of printable ASCII.");
            }
        }
    }
}
