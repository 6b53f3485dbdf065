using System.Net.Http.Headers;

namespace Resift;

/// <summary>A key that is sent and never shown: not by <see cref="ToString"/>, and not inside what a provider says about it.</summary>
internal sealed class ApiKey
{
    private readonly string? _value;

    private ApiKey(string? value) => _value = value;

    /// <summary>Finds the key in the options or the environment. Where the options have a provider of tokens, there is none.</summary>
    public static ApiKey Find(HttpRerankerOptions options, ProviderProfile profile)
    {
        if (options.TokenProvider is not null)
        {
            return options.ApiKey is null ? new(null) : throw new ArgumentException(
                $"{nameof(HttpRerankerOptions)} has both {nameof(HttpRerankerOptions.ApiKey)} and " +
                $"{nameof(HttpRerankerOptions.TokenProvider)}, and only one can be sent. Leave out one of them.");
        }

        var (source, value) = Found(options.ApiKey, nameof(HttpRerankerOptions.ApiKey));
        for (int i = 0; value is null && i < profile.KeyVariables.Count; i++)
        {
            string variable = profile.KeyVariables[i];
            (source, value) = Found(Environment.GetEnvironmentVariable(variable), $"the environment variable {variable}");
        }

        if (value is null && profile.RequiresKey && EndpointAddress.Configured(options, profile) is null)
        {
            throw new InvalidOperationException($"{profile.DisplayName} needs an API key, and there is none. Set the environment " +
                $"variable {string.Join(" or ", profile.KeyVariables)}, or {nameof(HttpRerankerOptions)}." +
                $"{nameof(HttpRerankerOptions.ApiKey)}.");
        }

        // Said here and not by the header's own check, whose message would show the key.
        return value is null || IsKey(value)
            ? new(value)
            : throw new ArgumentException($"The API key in {source} has a space, a line end or a letter beyond ASCII, which no " +
                "key has. Copy it again.");
    }

    /// <summary>Takes what a provider of tokens gave.</summary>
    /// <exception cref="RerankerException">It is no token.</exception>
    public static ApiKey OfToken(string? token, ProviderProfile profile) => token?.Trim() is { Length: > 0 } value && IsKey(value)
        ? new(value)
        : throw new RerankerException($"{nameof(HttpRerankerOptions)}.{nameof(HttpRerankerOptions.TokenProvider)} gave no token for " +
            $"{profile.DisplayName}: a text without spaces was expected. No request was sent.");

    public bool BeginsWith(string prefix) => _value?.StartsWith(prefix, StringComparison.Ordinal) == true;

    public void AddTo(HttpRequestMessage request, string? header)
    {
        if (_value is null)
        {
            return;
        }

        if (header is null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _value);
        }
        else
        {
            request.Headers.Add(header, _value);
        }
    }

    /// <summary>Gets what takes the key, and other texts that must not be shown, out of what a provider says.</summary>
    public Redaction With(IEnumerable<string> others) => new([.. others, .. _value is null ? [] : (string[])[_value]]);

    public override string ToString() => _value is null ? "no key" : "***";

    private static bool IsKey(string value) => value.All(character => character is > ' ' and < '\u007F');

    private static (string Source, string? Value) Found(string? value, string source) =>
        (source, string.IsNullOrWhiteSpace(value) ? null : value.Trim());
}
