using System.Globalization;
using System.Text.Json;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>
/// The values of metadata that have an order, as numbers and dates, beside the metadata itself: so a filter compares in SQL what the same
/// code has read that compares elsewhere.
/// </summary>
internal static class MetadataBounds
{
    /// <summary>The member of a value that is a number.</summary>
    public const string Number = "n";

    /// <summary>The member of a value that is a date: its moment in UTC, in units of 100 ns since the year 1.</summary>
    public const string Date = "d";

    /// <summary>Gets them as JSON; null if no value has an order.</summary>
    public static string? Write(IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using var json = new Utf8JsonWriter(buffer);
        bool hasAny = false;
        json.WriteStartObject();
        foreach (var (key, value) in metadata)
        {
            var bound = MetadataBound.Read(value);
            if (!bound.IsNothing)
            {
                hasAny = true;
                json.WriteStartObject(key);
                if (bound.Number is { } number)
                {
                    // As text, since what reads numbers of JSON keeps them as decimals.
                    json.WriteString(Number, number.ToString("R", CultureInfo.InvariantCulture));
                }

                if (bound.Date is { } date)
                {
                    json.WriteNumber(Date, date.UtcTicks);
                }

                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
        json.Flush();
        return hasAny ? System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) : null;
    }
}
