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

        return null;
    }

    /// <summary>Appends a path: as a whole, after a version that the address has already, or not at all if it is there.</summary>
    public static Uri WithPath(Uri address, string path)
    {
        string given = address.AbsolutePath.TrimEnd('/');
        string rest = path[..(path.IndexOf('/', 1) is var end and > 0 ? end : path.Length)] is var first
            && given.EndsWith(first, StringComparison.Ordinal) ? path[first.Length..] : path;
        return given.EndsWith(path, StringComparison.Ordinal) ? address : new UriBuilder(address) { Path = given + rest }.Uri;
    }

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
