using Microsoft.Data.Sqlite;

namespace Resift.Sqlite;

/// <summary>A statement that is run many times with other values; SQLite compiles it once.</summary>
internal sealed class PreparedCommand : IDisposable
{
    private readonly SqliteCommand _command;

    public PreparedCommand(SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        _command = connection.Command(sql);
        foreach (string parameter in parameters)
        {
            _command.Parameters.Add(new() { ParameterName = parameter });
        }
    }

    public int Execute(params ReadOnlySpan<object?> values)
    {
        Set(values);
        return _command.ExecuteNonQuery();
    }

    public object? Scalar(params ReadOnlySpan<object?> values)
    {
        Set(values);
        object? value = _command.ExecuteScalar();
        return value is DBNull ? null : value;
    }

    public SqliteDataReader Read(params ReadOnlySpan<object?> values)
    {
        Set(values);
        return _command.ExecuteReader();
    }

    public void Dispose() => _command.Dispose();

    private void Set(ReadOnlySpan<object?> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            _command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }
}
