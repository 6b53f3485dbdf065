using Npgsql;

namespace Resift.Cli;

/// <summary>The address of a database, as in <c>postgres://user@host:5432/database?schema=resift&amp;sslmode=require</c>.</summary>
internal sealed class DatabaseAddress
{
    private const string Expected =
        "postgres://USER@HOST/DATABASE was expected, with ?schema=, ?prefix= or settings such as sslmode behind it";

    private DatabaseAddress(string connectionString, string schema, string tablePrefix, string shown)
    {
        ConnectionString = connectionString;
        Schema = schema;
        TablePrefix = tablePrefix;
        Shown = shown;
    }

    /// <summary>Gets what Npgsql connects by, with the password if the address has one.</summary>
    public string ConnectionString { get; }

    public string Schema { get; }

    public string TablePrefix { get; }

    private string Shown { get; }

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address.</param>
    /// <param name="source">Where it was said, for messages, which show nothing of what may be a password.</param>
    /// <exception cref="UsageException">It is none.</exception>
    public static DatabaseAddress Read(string text, string source)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql") || uri.Host is "")
        {
            throw new UsageException($"{source} is no address of a database; {Expected}.");
        }

        string database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/'));
        var settings = new NpgsqlConnectionStringBuilder { Host = uri.IdnHost, Port = uri.Port > 0 ? uri.Port : 5432 };
        string schema = "resift";
        string prefix = "";
        if (database is not "")
        {
            settings.Database = database;
        }

        string[] user = uri.UserInfo.Split(':', 2);
        if (user[0] is not "")
        {
            settings.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            settings.Password = Uri.UnescapeDataString(user[1]);
        }

        foreach (string part in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = part.Split('=', 2);
            string key = Uri.UnescapeDataString(pair[0]);
            string value = Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? "");
            switch (key)
            {
                case "schema":
                    schema = value;
                    break;
                case "prefix":
                    prefix = value;
                    break;
                default:
                    Set(settings, key, value, source);
                    break;
            }
        }

        string shown = $"postgres://{uri.Authority.Split('@')[^1]}/{Uri.EscapeDataString(database)}";
        return new(settings.ConnectionString, schema, prefix, shown);
    }

    /// <summary>Gets the address as it may be shown: host and database.</summary>
    public override string ToString() => Shown;

    private static void Set(NpgsqlConnectionStringBuilder settings, string key, string value, string source)
    {
        try
        {
            settings[key] = value;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
        {
            throw new UsageException(
                $"{source} has the setting '{key}' in its address, which is none, or not with this value; {Expected}.");
        }
    }
}
