namespace Resift;

/// <summary>The address that requests go to.</summary>
internal static class EndpointAddress
{
    /// <summary>Gets the address that somebody configured, or null for the provider's own.</summary>
    public static Uri? Configured(HttpRerankerOptions options, ProviderProfile profile)
    {
        if (options.Endpoint is not null)
        {
            return Checked(options.Endpoint, $"{nameof(HttpRerankerOptions)}.{nameof(HttpRerankerOptions.Endpoint)}");
        }

        foreach (string variable in profile.EndpointVariables)
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
            {
                return Checked(new(value.Trim(), UriKind.RelativeOrAbsolute), $"The environment variable {variable}");
            }
        }

        return options.IsEndpointFinal
            ? throw new ArgumentException($"{nameof(HttpRerankerOptions)}.{nameof(HttpRerankerOptions.IsEndpointFinal)} is about an " +
                $"address of yours, and there is none. Set {nameof(HttpRerankerOptions.Endpoint)}.")
            : null;
    }

    /// <summary>
    /// Appends a path, without what the address has of it already. A version at the end of the address gives way to that of the path:
    /// whoever has the address of another client's documentation means the same server.
    /// </summary>
    public static Uri WithPath(Uri address, string path)
    {
        string[] given = address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        string[] wanted = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int shared = Math.Min(given.Length, wanted.Length);
        while (!given.AsSpan(given.Length - shared).SequenceEqual(wanted.AsSpan(0, shared)))
        {
            shared--;
        }

        int kept = given.Length - shared;
        if (shared == 0 && kept > 0 && IsVersion(given[^1]) && IsVersion(wanted[0]))
        {
            kept--;
        }

        return new UriBuilder(address) { Path = string.Join('/', given[..kept].Concat(wanted)) }.Uri;
    }

    /// <summary>Determines whether two addresses are of one server: scheme, host and port.</summary>
    public static bool IsSameOrigin(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static bool IsVersion(string segment) => segment is ['v', _, ..] && segment.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;

    private static Uri Checked(Uri address, string source)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"{source} is '{address}'; an address that begins with http:// or https:// was expected.");
        }

        // Addresses are shown in errors and metadata.
        return address.UserInfo is "" ? address : throw new ArgumentException(
            $"{source} has a name or password in its address, which nothing would send. " +
            $"Give the key by {nameof(HttpRerankerOptions.ApiKey)}.");
    }
}
